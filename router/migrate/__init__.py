"""Find, explain and rewrite old calls: what stands in a code base, judged by the engine itself."""
