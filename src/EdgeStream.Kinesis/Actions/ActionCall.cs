namespace EdgeStream.Kinesis;

/// <summary>One call of an action.</summary>
/// <param name="Service">What it works on.</param>
/// <param name="Request">What it was given.</param>
/// <param name="Response">Where the answer goes; nothing written is an empty answer.</param>
/// <param name="Aborted">Ends when the client has left.</param>
internal sealed record ActionCall(
    KinesisService Service, RequestValues Request, ResponseWriter Response, CancellationToken Aborted)
{
    /// <summary>What answers instead, as long as it takes.</summary>
    internal ISubscription? Stream { get; set; }
}
