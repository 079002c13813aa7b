namespace EdgeStream.Benchmarks.Areas.Kinesis;

/// <summary>How long a scenario takes.</summary>
/// <param name="Fill">What is read is put in this time at most.</param>
/// <param name="WarmUp">Not measured.</param>
/// <param name="Measured">Measured.</param>
internal sealed record KinesisTimes(TimeSpan Fill, TimeSpan WarmUp, TimeSpan Measured)
{
    /// <summary>Of a run whose figures are kept.</summary>
    public static KinesisTimes Whole { get; } =
        new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

    /// <summary>Of a quick look.</summary>
    public static KinesisTimes Quick { get; } =
        new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.8));
}
