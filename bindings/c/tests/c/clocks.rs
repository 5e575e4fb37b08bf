//! Tokens between clocks that differ.

use crate::driver::Driver;
use crate::toolchain::scratch;
use serde_json::json;
use strongroom_servers::clock;

#[test]
fn a_token_is_good_between_two_moments() {
    if let Err(skipped) = clock::shifted(&scratch("clocks"), 0) {
        println!("{skipped}");
        return;
    }
    for source in ["driver.c", "driver.cpp"] {
        let folder = tempfile::tempdir().unwrap();
        let by_clock = |ms: i64| Driver::by_clock(source, &clock::shifted(&scratch("clocks"), ms).unwrap());
        let place = json!({"op": "create", "folder": folder.path(), "root_key": "ab01".repeat(16)});
        let opening = json!({"op": "open", "folder": folder.path(), "root_key": "ab01".repeat(16)});
        let mut ours = by_clock(0);
        ours.call(&place).unwrap();
        ours.call(&json!({"op": "create_key", "key": "k"})).unwrap();
        ours.end();
        for case in clock::cases() {
            let mut issuing = by_clock(case.issued_at_ms);
            issuing.call(&opening).unwrap();
            let token = issuing
                .call(&json!({"op": "issue", "key": "k", "payload": "0102", "ttl_ms": case.ttl_ms}))
                .unwrap();
            issuing.end();
            let mut line = json!({"op": "redeem", "key": "k", "token": token});
            if let Some(leeway) = case.leeway_ms {
                // In C nothing said is 0.
                line["leeway_ms"] =
                    json!(if source == "driver.c" && leeway == 0 { u64::MAX } else { leeway });
            }
            let mut redeeming = by_clock(case.redeemed_at_ms);
            redeeming.call(&opening).unwrap();
            let answer = redeeming.call(&line);
            redeeming.end();
            match answer {
                Ok(token) => {
                    let token = token.as_str().unwrap();
                    let times: Vec<u64> = token.split(' ').skip(1).map(|ms| ms.parse().unwrap()).collect();
                    assert!(case.result == "ok" && token.starts_with("0102 "), "{case:?}: {token}");
                    assert_eq!(times[1] - times[0], case.ttl_ms, "{case:?}");
                }
                Err(name) => assert_eq!(name, case.result, "{source}: {case:?}"),
            }
        }
    }
}
