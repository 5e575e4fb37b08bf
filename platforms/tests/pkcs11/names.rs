//! What a URL may say.

use strongroom::Error;
use strongroom_platforms::seal;

#[test]
fn a_url_names_a_key_and_nothing_else() {
    for taken in [
        "pkcs11:token=a;object=b?module-path=/m.so",
        "pkcs11:token=a%20b;serial=1;manufacturer=m;model=x;object=b;id=%01%ff;type=secret-key?module-path=/m.so",
        "pkcs11:slot-id=3;id=%01?module-path=/m.so&pin-source=env:PIN&mechanism=rsa-oaep-sha256&id=safe",
        "pkcs11:token=a;object=b?module-path=%2Fm.so&pin-source=file:///run/pin",
    ] {
        seal(taken).unwrap_or_else(|error| panic!("{taken}: {error}"));
    }
    for (url, told) in [
        ("pkcs11:", "names no token"),
        ("pkcs11:object=b?module-path=/m.so", "names no token"),
        ("pkcs11:token=a?module-path=/m.so", "names no key"),
        ("pkcs11:token=a;object=b", "names no module"),
        ("pkcs11:token=a;object=b?module-path=m.so", "begin at the root"),
        ("pkcs11:token=a;object=b?module-path=/m.so&pin-value=hunter2", "never stands in a URL"),
        ("pkcs11:token=a;object=b?module-path=/m.so&pin-source=%7Ccat%20hunter2", "file:/PATH or env:NAME"),
        ("pkcs11:token=a;object=b?module-path=/m.so&pin-source=hunter2", "file:/PATH or env:NAME"),
        ("pkcs11:token=a;token=hunter2;object=b?module-path=/m.so", "twice"),
        ("pkcs11:token=a;object=b;hunter2=x?module-path=/m.so", "not known here"),
        ("pkcs11:token=a;object=b?module-path=/m.so&hunter2=x", "not known here"),
        ("pkcs11:token=a;object=b?module-path=/m.so&mechanism=hunter2", "aes-gcm"),
        ("pkcs11:token=a;object=b;type=cert?module-path=/m.so", "secret-key, private or public"),
        ("pkcs11:token=a;object=b;slot-id=hunter2?module-path=/m.so", "no number"),
        ("pkcs11:token=a;hunter2?module-path=/m.so", "name=value"),
        ("pkcs11:token=%zz;object=b?module-path=/m.so", "hexadecimal"),
    ] {
        match seal(url) {
            Err(Error::InvalidUrl { reason }) => {
                assert!(reason.contains(told) && !reason.contains("hunter2"), "{url}: {reason}");
            }
            other => panic!("{url}: {:?}", other.map(|_| ())),
        }
    }
}
