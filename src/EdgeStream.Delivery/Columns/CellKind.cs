namespace EdgeStream.Delivery;

/// <summary>What a cell is.</summary>
internal enum CellKind : byte
{
    /// <summary>The data has no such value, or null.</summary>
    Missing,

    /// <summary>A number, truth value or time.</summary>
    Number,

    /// <summary>A text or bytes.</summary>
    Text,

    /// <summary>The data has a value that the column cannot hold.</summary>
    Unfit,
}
