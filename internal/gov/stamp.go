package gov

// Stamp gives what the journal writes down about who acted; it is what
// internal/platform/journal asks of an actor.
func (a Actor) Stamp() (account, name, onBehalfOf, channel, device string) {
	device = a.Device
	if a.Window != "" {
		device = a.Window
	}
	return a.Account, a.Name, a.OnBehalfOf, string(a.Channel), device
}
