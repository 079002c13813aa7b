namespace EdgeStream.Devices;

/// <summary>Where the board's own sensors are read.</summary>
public sealed record BoardSamplerOptions
{
    /// <summary>The folder that holds <c>proc</c> and <c>sys</c>.</summary>
    public string Root { get; init; } = "/";

    /// <summary>Any folder of the file system whose fill level is reported.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Folders are listed anew after every so many samples, so that devices may come and go. 1 or more.
    /// </summary>
    public int RescanSamples { get; init; } = 30;
}
