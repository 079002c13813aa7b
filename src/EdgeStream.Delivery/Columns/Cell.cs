namespace EdgeStream.Delivery;

/// <summary>One value of a row.</summary>
internal struct Cell
{
    /// <summary>What it is.</summary>
    public CellKind Kind;

    /// <summary>A number, or the bits of a floating-point one.</summary>
    public long Number;

    /// <summary>Where a text begins in the row's texts.</summary>
    public int Start;

    /// <summary>How long it is.</summary>
    public int Length;
}
