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

    /// <summary>Everything that is missing or out of range.</summary>
    public abstract IReadOnlyList<DefinitionError> Validate();

    /// <summary>Opens the destination for one delivery; touches neither disk nor network yet.</summary>
    public abstract IDestination Open(string deliveryName, TimeProvider timeProvider, ILogger logger);
}
