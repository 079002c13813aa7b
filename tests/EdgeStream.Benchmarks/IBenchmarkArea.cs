using EdgeStream.Benchmarks.Reporting;

namespace EdgeStream.Benchmarks;

/// <summary>One subject that is measured: a folder of its own under <c>Areas/</c>, a line in <see
/// cref="AreaCatalog"/>.</summary>
internal interface IBenchmarkArea
{
    /// <summary>The word on the command line and the name of the result file.</summary>
    string Name { get; }

    /// <summary>What is measured, in one line.</summary>
    string Subject { get; }

    /// <summary>Measures and returns the rows of the table; says on the console what it does meanwhile.</summary>
    Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options);
}
