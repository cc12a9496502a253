// Package ratings takes the applicant's word on how a case was handled (好差评).
//
// Owns: the rating, given once a case, voluntarily, by its applicant.
//
// Does not own: the case (see cases), work orders on bad ratings (a later context).
//
// Words: 非常满意 满意 基本满意 不满意 非常不满意, 1 to 5 (GB/T 39046 A.8).
//
// Tables: rating, rating_act
//
// Publishes: rating.given
//
// Reacts to: nothing
package ratings
