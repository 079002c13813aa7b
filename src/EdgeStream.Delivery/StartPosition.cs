namespace EdgeStream.Delivery;

/// <summary>Where a delivery starts that has never run; afterwards its ledger decides.</summary>
public enum StartPosition
{
    /// <summary>At the oldest record that is kept.</summary>
    TrimHorizon = 0,

    /// <summary>After the newest record at the first start.</summary>
    Latest = 1,
}
