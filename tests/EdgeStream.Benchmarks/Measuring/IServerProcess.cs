namespace EdgeStream.Benchmarks.Measuring;

/// <summary>A running server on 127.0.0.1, in processes of its own.</summary>
internal interface IServerProcess : IAsyncDisposable
{
    /// <summary>Its port.</summary>
    int Port { get; }

    /// <summary>The process that serves, or one whose descendants do.</summary>
    int ProcessId { get; }
}
