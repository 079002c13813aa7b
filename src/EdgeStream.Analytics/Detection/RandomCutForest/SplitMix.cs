namespace EdgeStream.Analytics.Detection;

/// <summary>Random numbers of eight bytes of state, the same on every machine (G. L. Steele, D. Lea and C. H. Flood,
/// OOPSLA 2014).</summary>
internal struct SplitMix(ulong state)
{
    private const double Unit = 1.0 / (1L << 53);

    /// <summary>All that decides the numbers to come.</summary>
    public ulong State { get; private set; } = state;

    public ulong Next()
    {
        State += 0x9E3779B97F4A7C15;
        var mixed = State;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Evenly between 0 and 1, never one of them.</summary>
    public double NextDouble() => ((Next() >> 11) + 0.5) * Unit;
}
