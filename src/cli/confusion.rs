//! What a judge took for what, class by class: for people as a table, for programs as JSON.

use std::fmt;

use serde::Serialize;

/// How often pictures of each class were seen as each.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Confusion {
    images: usize,
    /// Share of the images whose class was seen; `null` in JSON where there are none.
    accuracy: f64,
    classes: Vec<String>,
    /// A row for each class, with the number of its images that were seen as each.
    seen: Vec<Vec<usize>>,
}

impl Confusion {
    /// Counts what was seen, one class an image, beside what there was; both index `classes`.
    pub(super) fn of(classes: &[String], labels: &[usize], seen: &[usize]) -> Self {
        let mut counts = vec![vec![0; classes.len()]; classes.len()];
        for (label, seen) in labels.iter().zip(seen) {
            counts[*label][*seen] += 1;
        }
        let right: usize = (0..classes.len()).map(|class| counts[class][class]).sum();
        let accuracy = right as f64 / labels.len() as f64;
        Self { images: labels.len(), accuracy, classes: classes.to_vec(), seen: counts }
    }
}

impl fmt::Display for Confusion {
    /// Accuracy by class, and below it the counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut share = |name: &str, right: usize, all: usize| {
            writeln!(f, "  {name:<10} {right:>4} of {all:>4}  {:5.1} %", 100.0 * right as f64 / all as f64)
        };
        let mut right = 0;
        for (class, (name, row)) in self.classes.iter().zip(&self.seen).enumerate() {
            right += row[class];
            match row.iter().sum::<usize>() {
                0 => {}
                all => share(name, row[class], all)?,
            }
        }
        share("all", right, self.images)?;
        let cells = |cells: Vec<String>| cells.iter().map(|cell| format!("{cell:>10}")).collect::<String>();
        write!(f, "  {:<10} {}", "seen as →", cells(self.classes.clone()))?;
        for (name, row) in self.classes.iter().zip(&self.seen) {
            write!(f, "\n  {name:<10} {}", cells(row.iter().map(usize::to_string).collect()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_and_json_say_the_same() {
        let classes = ["cat", "dog", "eel"].map(String::from);
        let confusion = Confusion::of(&classes, &[0, 0, 1, 0], &[0, 2, 1, 0]);
        let expected = [
            "  cat           2 of    3   66.7 %",
            "  dog           1 of    1  100.0 %",
            "  all           3 of    4   75.0 %",
            "  seen as →         cat       dog       eel",
            "  cat                 2         0         1",
            "  dog                 0         1         0",
            "  eel                 0         0         0",
        ];
        assert_eq!(confusion.to_string().lines().collect::<Vec<_>>(), expected);
        let json = serde_json::json!({
            "images": 4, "accuracy": 0.75, "classes": classes, "seen": [[2, 0, 1], [0, 1, 0], [0, 0, 0]]
        });
        assert_eq!(serde_json::to_value(confusion).unwrap(), json);
    }
}
