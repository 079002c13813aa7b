using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Destinations;

/// <summary>A record that the server refuses for what may be a reason of the record's own.</summary>
/// <param name="Line">Its line in the object.</param>
/// <param name="Record">The record.</param>
/// <param name="Topic">Where it went to.</param>
/// <param name="Reason">The kind of reason.</param>
/// <param name="Code">The server's code.</param>
/// <param name="Message">What it means.</param>
internal sealed record RefusedMessage(
    int Line, DeliveredRecord Record, string Topic, RejectionReason Reason, string Code, string Message)
{
    /// <summary>Whether it is the topic that is refused.</summary>
    public bool IsOfTopic => Reason is RejectionReason.InvalidName or RejectionReason.NotAuthorized;
}
