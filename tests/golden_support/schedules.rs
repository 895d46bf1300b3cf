//! Topic `schedules`.

use guidelight::diffusion::{
    ScheduleKind,
    respacing::space_timesteps,
    schedule::{Schedule, alphas_cumprod},
};
use serde_json::Value;

use super::golden_support::{TOL_F64, Topic};

pub(crate) fn run() {
    let topic = Topic::open("schedules");
    let parameters = topic.parameters();

    for (name, timesteps) in parameters.at("table_T").entries() {
        let timesteps = timesteps.usize();
        let schedule = Schedule::new(kind(name), timesteps).unwrap();
        for table in topic.names_under(&format!("{name}{timesteps}/")) {
            let full = format!("{name}{timesteps}/{table}");
            topic.close("f64", &full, entries(&schedule, table), &topic.array(&full).values, TOL_F64);
        }
    }
    for name in prefixes(&topic, "probe/", 1) {
        let (kind, timesteps) = kind_and_timesteps(&name);
        let betas = kind.betas(timesteps);
        let abar = alphas_cumprod(&betas);
        let index = topic.array(&format!("probe/{name}/index")).indices();
        for (table, values) in [("betas", &betas), ("alphas_cumprod", &abar)] {
            let full = format!("probe/{name}/{table}");
            let picked: Vec<f64> = index.iter().map(|&i| values[i]).collect();
            topic.close("f64", &full, &picked, &topic.array(&full).values, TOL_F64);
        }
        // The process itself refuses what cannot be diffused: a linear schedule needs more than 20 timesteps.
        let possible = betas.iter().all(|beta| *beta > 0.0 && *beta < 1.0);
        assert_eq!(Schedule::new(kind, timesteps).is_ok(), possible, "{name}");
    }
    for name in prefixes(&topic, "respaced/", 2) {
        let (of, spacing) = name.split_once('/').unwrap();
        let (kind, timesteps) = kind_and_timesteps(of);
        let map = space_timesteps(timesteps, spacing).unwrap();
        let schedule = Schedule::new(kind, timesteps).unwrap().respace(&map).unwrap();
        for table in topic.names_under(&format!("respaced/{name}/")) {
            let full = format!("respaced/{name}/{table}");
            topic.close("f64", &full, entries(&schedule, table), &topic.array(&full).values, TOL_F64);
        }
    }

    // Lists whose name ends in the number of timesteps they keep some of.
    for (key, node) in parameters.entries() {
        if let Some(timesteps) = key.strip_prefix("timestep_maps_T") {
            for (spacing, map) in node.entries() {
                check_list(timesteps.parse().unwrap(), spacing, map.value());
            }
        } else if let Some(timesteps) = key.strip_prefix("glide_fast27_T") {
            check_list(timesteps.parse().unwrap(), "fast27", node.value());
        }
    }
    for (case, list) in parameters.at("other_cases").entries() {
        let (timesteps, spacing) = case.split_once('|').unwrap();
        check_list(timesteps.parse().unwrap(), spacing, list.value());
    }
    topic.finish(&[]);
}

/// A list of timesteps, or the text `error:…` where there must be none.
fn check_list(timesteps: usize, spacing: &str, expected: &Value) {
    let got = space_timesteps(timesteps, spacing);
    match expected.as_str() {
        Some(error) => {
            assert!(error.starts_with("error:"), "{timesteps}|{spacing}: {error}");
            assert!(got.is_err(), "{timesteps}|{spacing}: should be refused, gave {got:?}");
        }
        None => {
            let expected: Vec<usize> = serde_json::from_value(expected.clone()).unwrap();
            assert_eq!(got.unwrap(), expected, "{timesteps}|{spacing}");
        }
    }
}

fn entries<'a>(schedule: &'a Schedule, table: &str) -> &'a [f64] {
    match table {
        "betas" => &schedule.betas,
        "alphas_cumprod" => &schedule.abar,
        "alphas_cumprod_prev" => &schedule.abar_prev,
        "sqrt_alphas_cumprod" => &schedule.sqrt_abar,
        "sqrt_one_minus_alphas_cumprod" => &schedule.sqrt_one_minus_abar,
        "log_one_minus_alphas_cumprod" => &schedule.log_one_minus_abar,
        "sqrt_recip_alphas_cumprod" => &schedule.sqrt_recip_abar,
        "sqrt_recipm1_alphas_cumprod" => &schedule.sqrt_recipm1_abar,
        "posterior_variance" => &schedule.posterior_variance,
        "posterior_log_variance_clipped" => &schedule.posterior_log_variance_clipped,
        "posterior_mean_coef1" => &schedule.posterior_mean_coef1,
        "posterior_mean_coef2" => &schedule.posterior_mean_coef2,
        other => panic!("unknown table {other}"),
    }
}

pub(crate) fn kind(name: &str) -> ScheduleKind {
    match name {
        "linear" => ScheduleKind::Linear,
        "cosine" => ScheduleKind::Cosine,
        other => panic!("unknown schedule {other}"),
    }
}

/// `linear1000` → linear, 1000.
fn kind_and_timesteps(name: &str) -> (ScheduleKind, usize) {
    let digits = name.find(|c: char| c.is_ascii_digit()).unwrap();
    (kind(&name[..digits]), name[digits..].parse().unwrap())
}

/// The distinct first `parts` path parts of the names below a prefix.
fn prefixes(topic: &Topic, prefix: &str, parts: usize) -> std::collections::BTreeSet<String> {
    let head = |name: &str| name.split('/').take(parts).collect::<Vec<_>>().join("/");
    topic.names_under(prefix).into_iter().map(head).collect()
}
