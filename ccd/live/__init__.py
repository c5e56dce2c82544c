"""What happens right now, for those who watch: who waits, who talks with whom, who paused why.  No I/O."""
