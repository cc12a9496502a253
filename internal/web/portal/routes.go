package portal

import (
	"yimen/internal/applications"
	"yimen/internal/gov"
	"yimen/internal/web/kit"
)

// uploadBody is a request with the most files of one go; kit sets the real limit
// when it reads them.
const uploadBody = 11 * applications.MostBytes

// Routes are the residents' pages, in the order of the journey.
func (p *Portal) Routes() []kit.Route {
	var routes []kit.Route
	for _, list := range [][]kit.Route{p.publicRoutes(), p.bundleRoutes(), p.accountRoutes(), p.draftRoutes(), p.caseRoutes(), p.appointmentRoutes(), p.progressRoutes(), p.messageRoutes()} {
		routes = append(routes, list...)
	}
	return routes
}

func (p *Portal) publicRoutes() []kit.Route {
	anyone := kit.Public()
	return []kit.Route{
		{Method: "GET", Pattern: "/{$}", Access: anyone, Handler: p.home},
		{Method: "GET", Pattern: "/search", Access: anyone, Handler: p.search},
		{Method: "GET", Pattern: "/themes", Access: anyone, Handler: p.themes},
		{Method: "GET", Pattern: "/themes/{theme}", Access: anyone, Handler: p.theme},
		{Method: "GET", Pattern: "/departments", Access: anyone, Handler: p.departments},
		{Method: "GET", Pattern: "/departments/{department}", Access: anyone, Handler: p.department},
		{Method: "GET", Pattern: "/audiences/{audience}", Access: anyone, Handler: p.audience},
		{Method: "GET", Pattern: "/items/{item}", Access: anyone, Handler: p.guide},
		{Method: "GET", Pattern: "/items/{item}/print", Access: anyone, Handler: p.guidePrint},
		{Method: "GET", Pattern: "/items/{local}/start", Access: anyone, Handler: p.startPage},
		{Method: "POST", Pattern: "/items/{local}/start", Access: anyone, Handler: p.start},
		{Method: "GET", Pattern: "/sign-in", Access: anyone, Handler: p.signInPage},
		{Method: "POST", Pattern: "/sign-in", Access: anyone, Handler: p.signIn},
		{Method: "GET", Pattern: "/sign-up", Access: anyone, Handler: p.signUpPage},
		{Method: "POST", Pattern: "/sign-up", Access: anyone, Handler: p.signUp},
		{Method: "POST", Pattern: "/sign-out", Access: anyone, Handler: p.signOut},
		{Method: "GET", Pattern: "/s/{token}", Access: anyone, Handler: p.statusPage},
		{Method: "GET", Pattern: "/s/{token}/dates", Access: anyone, Handler: p.publicDates},
		{Method: "GET", Pattern: "/s/{token}/progress", Access: anyone, Handler: p.publicProgress},
		{Method: "GET", Pattern: "/l/{token}", Access: anyone, Handler: p.licenceCheck},
		{Method: "GET", Pattern: "/help", Access: anyone, Handler: p.help},
		{Method: "GET", Pattern: "/about", Access: anyone, Handler: p.about},
		{Method: "GET", Pattern: "/accessibility", Access: anyone, Handler: p.accessibility},
		{Method: "GET", Pattern: performancePath, Access: anyone, Handler: p.performance},
		{Method: "GET", Pattern: performancePath + "/items", Access: anyone, Handler: p.performanceItems},
		{Method: "GET", Pattern: performancePath + "/bodies/{body}", Access: anyone, Handler: p.performanceBody},
	}
}

func (p *Portal) accountRoutes() []kit.Route {
	account, person := kit.SignedIn(), kit.Roles(gov.RoleResident)
	return []kit.Route{
		{Method: "GET", Pattern: "/account", Access: account, Handler: p.account},
		{Method: "POST", Pattern: "/account/looks", Access: person, Handler: p.reveal},
		{Method: "GET", Pattern: "/account/trace", Access: person, Handler: p.trace},
		{Method: "GET", Pattern: "/account/details", Access: person, Handler: p.detailsPage},
		{Method: "POST", Pattern: "/account/details", Access: person, Handler: p.editDetails},
		{Method: "GET", Pattern: "/account/password", Access: account, Handler: p.passwordPage},
		{Method: "POST", Pattern: "/account/password", Access: account, Handler: p.changePassword},
		{Method: "POST", Pattern: "/account/acting", Access: person, Handler: p.act},
		{Method: "POST", Pattern: "/account/sessions/{session}/end", Access: account, Handler: p.endSession},
	}
}

// messageRoutes are the inbox, which staff have as well.
func (p *Portal) messageRoutes() []kit.Route {
	account := kit.SignedIn()
	return []kit.Route{
		{Method: "GET", Pattern: "/messages", Access: account, Handler: p.messages},
		{Method: "POST", Pattern: "/messages/{message}", Access: account, Handler: p.openMessage},
		{Method: "POST", Pattern: "/messages/reading", Access: account, Handler: p.readMessages},
		{Method: "GET", Pattern: "/messages/preferences", Access: account, Handler: p.preferencesPage},
		{Method: "POST", Pattern: "/messages/preferences", Access: account, Handler: p.setPreferences},
	}
}

func (p *Portal) draftRoutes() []kit.Route {
	person, account := kit.Roles(gov.RoleResident), kit.SignedIn()
	return []kit.Route{
		{Method: "GET", Pattern: "/applications/{id}", Access: person, Handler: p.tasks},
		{Method: "GET", Pattern: "/applications/{id}/pages/{page}", Access: person, Handler: p.question},
		{Method: "POST", Pattern: "/applications/{id}/pages/{page}", Access: person, Handler: p.answer},
		{Method: "GET", Pattern: "/applications/{id}/materials/{slot}", Access: person, Handler: p.material},
		{Method: "POST", Pattern: "/applications/{id}/materials/{slot}", Access: person, Handler: p.upload, MaxBody: uploadBody},
		{Method: "POST", Pattern: "/applications/{id}/materials/{slot}/licence", Access: person, Handler: p.fetch},
		{Method: "POST", Pattern: "/applications/{id}/materials/{slot}/document", Access: person, Handler: p.reuse},
		{Method: "POST", Pattern: "/applications/{id}/choice", Access: person, Handler: p.rechoose},
		{Method: "POST", Pattern: "/applications/{id}/licences/{fetched}/end", Access: person, Handler: p.takeBack},
		{Method: "POST", Pattern: "/applications/{id}/copy", Access: person, Handler: p.copyEarlier},
		{Method: "GET", Pattern: "/applications/{id}/files/{file}", Access: person, Handler: p.file},
		{Method: "GET", Pattern: "/applications/{id}/handover", Access: person, Handler: p.handedOver},
		{Method: "POST", Pattern: "/applications/{id}/handover", Access: person, Handler: p.handOver},
		{Method: "GET", Pattern: "/applications/{id}/answers", Access: person, Handler: p.check},
		{Method: "GET", Pattern: "/applications/{id}/declaration", Access: person, Handler: p.declarationPage},
		{Method: "POST", Pattern: "/applications/{id}/declaration", Access: person, Handler: p.declare},
		{Method: "GET", Pattern: "/applications/{id}/discard", Access: person, Handler: p.discardPage},
		{Method: "POST", Pattern: "/applications/{id}/discard", Access: person, Handler: p.discard},
		{Method: "GET", Pattern: "/applications/{id}/receipt", Access: person, Handler: p.receipt},
		{Method: "GET", Pattern: "/handover", Access: account, Handler: p.redeemPage},
		{Method: "POST", Pattern: "/handover", Access: account, Handler: p.redeem},
	}
}

func (p *Portal) caseRoutes() []kit.Route {
	person := kit.Roles(gov.RoleResident)
	return []kit.Route{
		{Method: "GET", Pattern: "/cases", Access: person, Handler: p.cases},
		{Method: "GET", Pattern: "/cases/{id}", Access: person, Handler: p.casePage},
		{Method: "GET", Pattern: "/cases/{id}/dates", Access: person, Handler: p.dates},
		{Method: "GET", Pattern: "/cases/{id}/filed", Access: person, Handler: p.filed},
		{Method: "GET", Pattern: "/cases/{id}/correction", Access: person, Handler: p.correction},
		{Method: "POST", Pattern: "/cases/{id}/correction", Access: person, Handler: p.amend},
		{Method: "GET", Pattern: "/cases/{id}/withdrawal", Access: person, Handler: p.withdrawalPage},
		{Method: "POST", Pattern: "/cases/{id}/withdrawal", Access: person, Handler: p.withdraw},
		{Method: "GET", Pattern: "/cases/{id}/rating", Access: person, Handler: p.ratingPage},
		{Method: "POST", Pattern: "/cases/{id}/rating", Access: person, Handler: p.rate},
		{Method: "GET", Pattern: "/letters/{letter}", Access: kit.SignedIn(), Handler: p.letter},
		{Method: "GET", Pattern: "/disputes", Access: person, Handler: p.disputes},
		{Method: "POST", Pattern: "/disputes/{dispute}/withdrawal", Access: person, Handler: p.withdrawDispute},
		{Method: "GET", Pattern: "/licences", Access: person, Handler: p.licences},
		{Method: "GET", Pattern: "/licences/{id}", Access: person, Handler: p.licence},
		{Method: "GET", Pattern: "/documents", Access: person, Handler: p.documents},
		{Method: "GET", Pattern: "/documents/{document}", Access: person, Handler: p.documentPage},
		{Method: "GET", Pattern: "/documents/{document}/file", Access: person, Handler: p.documentFile},
		{Method: "POST", Pattern: "/documents/{document}/expiry", Access: person, Handler: p.documentExpiry},
		{Method: "POST", Pattern: "/documents/{document}/hiding", Access: person, Handler: p.documentHiding},
	}
}
