using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Which destination, and how to reach it.</summary>
public abstract record DestinationOptions
{
    /// <summary>The kind in one word, as configuration and API spell it: <c>folder</c>, <c>s3</c>,
    /// <c>mqtt</c>, <c>http</c> and so on.</summary>
    public abstract string Kind { get; }

    /// <summary>The place in a form a person recognises, without secrets.</summary>
    public abstract string Target { get; }

    /// <summary>What destinations on the same server have in common: its host, and its port where it has one.
    /// </summary>
    public virtual string Server => Target;

    /// <summary>Whether objects arrive under their names: what takes them apart has no use for prefixes.</summary>
    public virtual bool TakesNames => false;

    /// <summary>Whether records must come in their order, so that what comes now can't go before what has waited.
    /// </summary>
    public virtual bool NeedsOrder => false;

    /// <summary>What of it needs them so, in the words of the configuration.</summary>
    internal virtual string OrderedPart => Kind;

    /// <summary>Everything that is missing or out of range.</summary>
    public abstract IReadOnlyList<DefinitionError> Validate();

    /// <summary>Opens the destination for one delivery; touches neither disk nor network yet.</summary>
    /// <param name="deliveryName">The delivery.</param>
    /// <param name="wire">What goes over its link is counted and paced there.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where to log.</param>
    public abstract IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger);
}
