namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>Which rules watch.</summary>
internal enum RuleLoad
{
    /// <summary>None: what the appending alone takes.</summary>
    None = 0,

    /// <summary>A thousand, each over every reading of every sensor.</summary>
    OfEverySensor,

    /// <summary>A thousand, each over the readings of one sensor of a hundred, by a condition.</summary>
    OfOneSensor,
}
