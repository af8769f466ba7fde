//! P5: every donation on one campaign, beside our own uniform run over 200 campaigns of the same tenant, and beside pgbench that
//! updates the total inline.

use crate::plan::Plan;
use crate::report::{Ratio, Section, Side};
use crate::scenario::orders::{Spread, meter, place, wake};
use crate::stage::{ITEMS, Stage};
use crate::{machine, pgbench};

/// P5.
///
/// # Errors
/// When a side fails.
pub(crate) fn measure(stage: &Stage, plan: &Plan) -> anyhow::Result<Section> {
    let sadu = stage.serve(None)?;
    machine::settle();
    wake(stage, &sadu, plan)?;
    let mut section = Section::new(
        "P5",
        "every donation on one campaign; beside donations spread evenly over 200 campaigns of the same tenant, and beside pgbench with the inline total",
    );
    let (mut one, mut uniform, mut inline) = (
        Side::new("sadu, one campaign"),
        Side::new("sadu, 200 campaigns"),
        Side::new("pgbench"),
    );
    stage.forget_orders()?;
    for _ in 0..plan.rounds {
        one.round(place(
            stage,
            &sadu,
            plan,
            Spread {
                tenants: 1,
                items: 1,
            },
        )?);
        uniform.round(place(
            stage,
            &sadu,
            plan,
            Spread {
                tenants: 1,
                items: ITEMS,
            },
        )?);
        inline.round(meter(stage, None, || pgbench::orders(stage, plan, 1))?);
    }
    section.pair(
        Ratio {
            name: "beside uniform",
            hold: 0.8,
            aim: 0.95,
        },
        one.clone(),
        uniform,
    );
    section.pair(
        Ratio {
            name: "beside the inline total",
            hold: 5.0,
            aim: 5.0,
        },
        one,
        inline,
    );
    Ok(section)
}
