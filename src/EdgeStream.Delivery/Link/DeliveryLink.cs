using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>What the shards of one delivery share of the link to its destination.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class DeliveryLink
{
    private readonly string _server;
    private readonly ConnectBudget _budget;
    private readonly LinkCalendar _calendar;
    private readonly TimeProvider _time;

    public DeliveryLink(DeliveryDefinition definition, StateStore state, ConnectBudget budget, TimeProvider time)
    {
        _server = definition.Destination.Server;
        _budget = budget;
        _time = time;
        _calendar = new LinkCalendar(definition.Link.Windows, definition.Link.ZoneOf(time));
        Breaker = new CircuitBreaker(definition.Link.BreakerFailures, time);
        Use = new LinkUse(state, definition, time);
        Drain = new DrainMeter(time);
        Wire = new WireMeter(definition.Link, Use, time);
    }

    /// <summary>Whether shards may try.</summary>
    public CircuitBreaker Breaker { get; }

    /// <summary>What was used of the link.</summary>
    public LinkUse Use { get; }

    /// <summary>How fast records go.</summary>
    public DrainMeter Drain { get; }

    /// <summary>What the destination sends through.</summary>
    public WireMeter Wire { get; }

    /// <summary>Takes the next place in the line of those that try the destination's server after a failure: how long
    /// to wait for it.</summary>
    public TimeSpan TakeConnect() => _budget.Take(_server);

    /// <summary>Gives a place back that was taken and not used.</summary>
    public void ReturnConnect() => _budget.Return(_server);

    /// <summary>Why an attempt that sends about so many bytes may not begin; null where it may.</summary>
    public LinkWait? WaitFor(long sizeBytes) =>
        Use.WaitFor(sizeBytes) is { } month ? new LinkWait(LinkHold.Month, month)
        : _calendar.ClosedUntil(_time.GetUtcNow()) is { } opening ? new LinkWait(LinkHold.Window, opening) : null;
}
