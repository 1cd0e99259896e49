package vm

// Next is what a line does to the program counter. Only the machine moves it.
type Next uint16

const (
	// Fall goes on with the next line.
	Fall Next = iota << 8
	jump
	call
	// Return ends the function; its locals are forgotten.
	Return
	// Block leaves the CPU where it is. The line must not have changed the state.
	Block
)

// Goto goes on at a line of the same function, or at the first line behind it
// that the kernel has.
func Goto(line int) Next { return jump | Next(line) }

// Unless goes on with the next line if cond holds and jumps to line otherwise,
// as an if statement whose block ends before line does.
func Unless(cond bool, line int) Next {
	if cond {
		return Fall
	}
	return Goto(line)
}
