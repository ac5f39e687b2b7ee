// The set of kernels is chosen for the whole process, so tests that switch it cannot run side by side.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
