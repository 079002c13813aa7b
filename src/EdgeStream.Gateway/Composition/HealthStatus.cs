namespace EdgeStream.Gateway.Composition;

/// <summary>How well something does, worst last.</summary>
internal enum HealthStatus
{
    /// <summary>All is well.</summary>
    Healthy = 0,

    /// <summary>It works, and someone should look.</summary>
    Degraded = 1,

    /// <summary>It does not do its job.</summary>
    Failing = 2,
}
