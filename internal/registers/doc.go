// Package registers keeps copies of the base registers (基础信息资源库), answers
// what they say of a person or an organisation, and sends doubts to their owners.
//
// A value that a register holds is not typed by an applicant; he may say that it is
// wrong (个人信息保护法 art. 46), which never stops him: the owner of the value is given
// a correction task and answers within DisputeDays. A register that is down, or fed
// later than promised, is named as such.
//
// Owns: the registers with their owners and states, their entries, the disputes.
//
// Does not own: the party a value is about (see identity), the answer of a form it
// is filled into (see applications), the licence whose face is disputed (see
// licences), who is told of an answer (see app/telling.go).
//
// Words: register 基础库, population 人口库, organisations 法人库, entry, feed 归集,
// owner 数源部门, stale 超期未更新, dispute 异议, stated, claimed, corrected 更正,
// upheld 维持.
//
// Tables: base_register, register_entry, dispute
//
// Publishes: register.fed, register.down, register.up
//
// Reacts to: a value disputed in an application (a task opens), an answer typed
// instead of it (the task says what is claimed).
package registers
