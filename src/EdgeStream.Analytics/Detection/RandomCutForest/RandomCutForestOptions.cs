namespace EdgeStream.Analytics.Detection;

/// <summary>The size and memory of a <see cref="RandomCutForest"/>; defaults are those of Kinesis's function.</summary>
public sealed record RandomCutForestOptions
{
    /// <summary>How many trees there are; 1 to 1,000.</summary>
    public int NumberOfTrees { get; init; } = 100;

    /// <summary>How many points a tree holds; 10 to 1,000.</summary>
    public int SubSampleSize { get; init; } = 256;

    /// <summary>After so many points a point counts as 1/e of a new one; 1 to 2^31 - 1.</summary>
    public int TimeDecay { get; init; } = 100_000;

    /// <summary>How many points in a row are looked at together; 1 to 30.</summary>
    public int ShingleSize { get; init; } = 1;

    /// <summary>The seed of all that is random: the same points and seed give the same scores.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Check()
    {
        Range(NumberOfTrees, 1, 1000, nameof(NumberOfTrees));
        Range(SubSampleSize, 10, 1000, nameof(SubSampleSize));
        Range(TimeDecay, 1, int.MaxValue, nameof(TimeDecay));
        Range(ShingleSize, 1, 30, nameof(ShingleSize));
    }

    private static void Range(int value, int minimum, int maximum, string name)
    {
        if (value < minimum || value > maximum)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {minimum} to {maximum}.");
        }
    }
}
