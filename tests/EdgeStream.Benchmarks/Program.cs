using EdgeStream.Benchmarks;

return await BenchmarkCommand.RunAsync(args);
