//! Every layer in every format for every tier: nothing public is a record or a point of one.

use axum::http::StatusCode;
use geodata::disclosure::Tier;
use urbansafety::layers::LAYERS;

use super::support::{get, get_as};

const TIERS: [Tier; 4] = [Tier::Public, Tier::Partner, Tier::Analyst, Tier::Custodian];

fn path(layer: &str, format: &str) -> String {
    match format {
        "mvt" | "png" => format!("/tiles/{layer}/12/1050/1523.{format}"),
        _ => format!("/collections/{layer}/items?f={format}"),
    }
}

#[tokio::test]
async fn every_layer_format_and_tier_is_answered_or_refused() {
    for layer in LAYERS.iter() {
        for format in urbansafety::formats::FORMATS {
            for tier in TIERS {
                let path = path(&layer.id, format.id);
                let answer = if tier == Tier::Public { get(&path).await } else { get_as(tier, &path).await };
                let what = format!("{path} as {}: {} {}", tier.name(), answer.status, answer.text());
                if tier < layer.min_tier {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
                } else if !layer.has_format(format.id) {
                    assert!(answer.status.is_client_error(), "{what}");
                } else {
                    assert!(answer.status.as_u16() < 500, "{what}");
                }
            }
        }
    }
}
