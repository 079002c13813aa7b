namespace EdgeStream.Benchmarks.Areas.Kinesis.Servers;

/// <summary>A running Kinesis server on 127.0.0.1, in processes of its own.</summary>
internal interface IKinesisServer : IAsyncDisposable
{
    /// <summary>Its port.</summary>
    int Port { get; }

    /// <summary>The process that serves, or one whose descendants do.</summary>
    int ProcessId { get; }
}
