// Package catalogue says what the departments do for applicants: which items
// there are, what each asks, costs, takes and gives, and where.
//
// Owns: the dictionaries (departments, regions, elements, licence types); the
// statutory calendar with every version of it; items and their versions; local
// items, one per body; bundles; synonyms; import and export of sets; shelves and
// what search is fed with; the derivation of a department's steps from an item's
// stages.
//
// Does not own: bodies (see identity), drafts and answers (see applications),
// cases and their clocks (see cases, clock), issued licences (see licences), the
// index itself (see platform/search), guide pages (see web/portal).
//
// Words: item, local item, version, bundle, element, licence type, department,
// region, guide, shelf, synonym, set, generation, calendar, year, notice, proposal.
//
// Tables: catalogue_generation, department, region, element, licence_type,
// calendar_year, calendar_version, calendar_year_version, calendar_proposal, item,
// item_theme, item_version, local_override, local_item, bundle, bundle_version,
// composition, synonym.
//
// Publishes: catalogue.changed.
//
// Reacts to: bodies that come, go or change (LocaliseIn).
package catalogue
