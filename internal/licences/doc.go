// Package licences keeps issued results (电子证照): what a grant issues, who holds
// it, how long it is valid and whether it still is.
//
// Owns: the licence, its number and identifier (GB/T 36904), its frozen face, its
// status and every change of it with the ground.
//
// Does not own: the decision behind it (see cases), the holder as a party (see
// identity), the licence type's definition (see catalogue).
//
// Words: suspend 暂扣, restore 恢复, revoke 撤销, cancel 注销, expire 失效.
//
// Tables: licence
//
// Publishes: licence.issued, licence.imported, licence.suspended,
// licence.restored, licence.revoked, licence.cancelled, licence.expired
//
// Reacts to: case.granted (a licence is issued)
package licences
