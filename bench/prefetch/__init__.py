"""Parts of the bench of the planner: villages by seed, lives under a policy, the policies, and the offline optimum."""
