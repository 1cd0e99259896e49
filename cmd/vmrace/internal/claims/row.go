package claims

import (
	"fmt"
	"strings"
	"text/template"
)

// A Row is a claim with its answer.
type Row struct {
	ID       string    `json:"id"`
	Who      string    `json:"who"`
	Claim    string    `json:"claim"`
	Question bool      `json:"question"`
	Verdict  string    `json:"verdict"` // true, false, true in part, yes, no, yes and no, or not decidable
	Holds    bool      `json:"holds"`   // all evidence is as the answer says
	Bounded  bool      `json:"bounded"` // it rests on a search that found nothing, and so on its bound
	Answer   string    `json:"answer"`
	Findings []Finding `json:"findings"`
	Page     bool      `json:"page"` // there is a page about it

	named map[string]Finding
}

// Row runs the searches of a claim.
func (m *Machine) Row(c *Claim) *Row {
	r := &Row{ID: c.ID, Who: c.Who, Claim: c.Text, Question: c.Question, Holds: true, Page: hasPage(c.ID), named: map[string]Finding{}}
	pro, con := 0, 0
	for _, e := range c.Evidence {
		f := m.Find(e)
		r.Findings = append(r.Findings, f)
		r.named[e.Name] = f
		r.Holds = r.Holds && f.Holds
		r.Bounded = r.Bounded || e.Bearing == For && e.Search != nil && !e.Search.Finds
		switch {
		case e.Bearing == Beside:
		case f.Holds == (e.Bearing == For):
			pro++
		default:
			con++
		}
	}
	r.Verdict = c.verdict(pro, con)
	r.Answer = execute(c.ID, c.Answer, r.named)
	return r
}

// verdict weighs the evidence that speaks for the claim and against it.
func (c *Claim) verdict(pro, con int) string {
	words := []string{"true", "false", "true in part"}
	if c.Question {
		words = []string{"yes", "no", "yes and no"}
	}
	switch {
	case c.Beyond != "":
		return "not decidable here: " + c.Beyond
	case con == 0:
		return words[0]
	case pro == 0:
		return words[1]
	default:
		return words[2]
	}
}

// Headline is the verdict with its bound, and with what is wrong if the evidence
// does not hold.
func (r *Row) Headline() string {
	switch {
	case !r.Holds:
		return "THE EVIDENCE DOES NOT HOLD, read " + r.Verdict
	case r.Bounded && r.Verdict == "true":
		return "true within the bound"
	default:
		return r.Verdict
	}
}

// execute fills the figures into a text. A template that does not fit is our
// mistake.
func execute(name, text string, data any) string {
	t, err := template.New(name).Option("missingkey=error").Parse(text)
	if err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	return b.String()
}

// Find returns the claim of that id.
func Find(id string) (*Claim, bool) {
	for i := range Threads {
		for j := range Threads[i].Claims {
			if c := &Threads[i].Claims[j]; strings.EqualFold(c.ID, id) {
				return c, true
			}
		}
	}
	return nil, false
}

// IDs returns the ids of all claims, in order.
func IDs() []string {
	var out []string
	for _, t := range Threads {
		for _, c := range t.Claims {
			out = append(out, c.ID)
		}
	}
	return out
}
