namespace EdgeStream.Gateway.Composition;

/// <summary>What came of a change to a query over the API.</summary>
internal enum QueryChange
{
    /// <summary>There was none of that name, and now there is.</summary>
    Created,

    /// <summary>It is another one now, or the same.</summary>
    Replaced,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>There is none of that name.</summary>
    NotFound,

    /// <summary>It belongs to the configuration file, which alone changes it.</summary>
    Configured,
}
