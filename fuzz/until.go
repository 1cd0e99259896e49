package fuzz

// Until returns the trace up to the step that shows the bug of that name, all of
// it if none does or if the bug shows only at rest.
func (t *Trace) Until(bug string) *Trace {
	s, ok := t.Sighting(bug)
	if !ok || s.Step >= len(t.Steps)-1 {
		return t
	}
	u := *t
	u.Steps = t.Steps[:s.Step+1]
	u.Sightings, u.Preemptions = nil, 0
	u.Racing, u.Word = nil, ""
	for _, s := range t.Sightings {
		if s.Step < len(u.Steps) {
			u.Sightings = append(u.Sightings, s)
		}
	}
	for _, st := range u.Steps {
		if st.Preempts {
			u.Preemptions++
		}
	}
	u.race()
	return &u
}
