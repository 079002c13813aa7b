using System.Net;

namespace EdgeStream.Kinesis;

/// <summary>An endpoint that nobody can connect to: connections are handed to it.</summary>
internal sealed class ForkEndPoint : EndPoint
{
    /// <inheritdoc/>
    public override string ToString() => "http2";
}
