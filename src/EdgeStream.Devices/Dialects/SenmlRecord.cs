namespace EdgeStream.Devices;

/// <summary>The members of one SenML record as they come, before the base values are applied.</summary>
internal ref struct SenmlRecord
{
    internal ReadOnlySpan<byte> Name;
    internal ReadOnlySpan<byte> BaseName;
    internal bool HasBaseName;
    internal ReadOnlySpan<byte> Unit;
    internal ReadOnlySpan<byte> BaseUnit;
    internal bool HasBaseUnit;

    /// <summary>The value; none where there is no v, vs, vb or vd.</summary>
    internal ReadingValue Value;

    /// <summary>The number of v, for the base value to be added to.</summary>
    internal double Number;

    internal bool HasValue;
    internal bool IsNumber;
    internal ReadingValue Sum;
    internal double SumNumber;
    internal bool HasSum;
    internal double BaseValue;
    internal bool HasBaseValue;
    internal double BaseSum;
    internal bool HasBaseSum;
    internal decimal Time;
    internal decimal BaseTime;
    internal bool HasTime;
    internal bool HasBaseTime;
    internal int Version;
}
