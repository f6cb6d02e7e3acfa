"""Ball evaluators: value, gradient and Hessian of each landscape over a box."""
