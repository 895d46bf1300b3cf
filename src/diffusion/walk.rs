//! The order in which a chain's indices are visited: straight down, or with jumps back up.
//!
//! Lugmayr et al. 2022, "RePaint", section 4.2 and appendix: after each stretch of `jump_length` steps the chain is
//! noised back up over it and comes down again, `jump_times` times in all. A step with its jump is one stop here,
//! because a jump asks no network.

/// How often a chain goes back up. The default does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resampling {
    /// Levels of a jump, at least 1.
    pub jump_length: usize,
    /// How often each stretch is walked, at least 1.
    pub jump_times: usize,
    /// How often each single step is walked, at least 1.
    pub step_times: usize,
    /// Where going back begins: at levels up to this index.
    pub start: usize,
}

impl Default for Resampling {
    fn default() -> Self {
        Self { jump_length: 1, jump_times: 1, step_times: 1, start: usize::MAX }
    }
}

/// A step, and what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Index of the step, see [`super::schedule`].
    pub i: usize,
    /// Levels that the chain is noised back up after it.
    pub up: usize,
}

/// The stops of a chain of `n` steps, in order.
pub fn walk(n: usize, resampling: Resampling) -> Vec<Stop> {
    let Resampling { jump_length, jump_times, step_times, start } = resampling;
    let mut stops: Vec<Stop> = Vec::new();
    // Walks down from index `from`, `steps` steps.
    let down = |stops: &mut Vec<Stop>, from: usize, steps: usize| {
        for i in (0..=from).rev().take(steps) {
            stops.push(Stop { i, up: 0 });
            // The level that the step led to is left and reached again; not right at the start of the chain, where
            // there is nothing to fit yet, and not at the image.
            if i > 0 && i + 1 < n && i - 1 <= start {
                for _ in 1..step_times {
                    if let Some(stop) = stops.last_mut() {
                        stop.up = 1;
                    }
                    stops.push(Stop { i, up: 0 });
                }
            }
        }
    };
    // Stretches end at multiples of the jump's length.
    let Some(mut level) = n.checked_sub(1) else {
        return stops;
    };
    let ends = (0..level).rev().filter(|end| end % jump_length == 0 && end + jump_length < n);
    for end in ends {
        down(&mut stops, level, level - end);
        level = end;
        if end.saturating_add(jump_length) <= start {
            for _ in 1..jump_times {
                if let Some(stop) = stops.last_mut() {
                    stop.up = jump_length;
                }
                down(&mut stops, end + jump_length, jump_length);
            }
        }
    }
    down(&mut stops, level, level + 1);
    stops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_resampling_it_is_the_straight_chain() {
        let straight: Vec<Stop> = (0..7).rev().map(|i| Stop { i, up: 0 }).collect();
        assert_eq!(walk(7, Resampling::default()), straight);
        assert_eq!(walk(1, Resampling { jump_times: 5, ..Resampling::default() }), [Stop { i: 0, up: 0 }]);
        assert!(walk(0, Resampling::default()).is_empty());
    }

    #[test]
    fn every_stop_begins_where_the_one_before_it_ended() {
        for (n, jump_length, jump_times, step_times) in [(10, 2, 3, 1), (25, 5, 3, 1), (30, 4, 2, 2), (9, 20, 3, 1)] {
            let stops = walk(n, Resampling { jump_length, jump_times, step_times, start: usize::MAX });
            assert_eq!((stops[0].i, stops[stops.len() - 1].i), (n - 1, 0));
            for pair in stops.windows(2) {
                assert_eq!(pair[0].i - 1 + pair[0].up, pair[1].i);
            }
        }
    }
}
