using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>Runs the deliveries of delivery streams, beside those that the configuration has.</summary>
/// <remarks>Thread-safe. A delivery goes on where the one of its name and origin was.</remarks>
public interface IDeliveryRunner
{
    /// <summary>The deliveries of the configuration.</summary>
    IReadOnlyList<DeliveryDefinition> Configured { get; }

    /// <summary>Starts a delivery, in place of one of its title that runs.</summary>
    Task RunAsync(DeliveryDefinition definition);

    /// <summary>Stops a delivery, if it runs; what it has not delivered stays in its stream.</summary>
    Task StopAsync(string title);

    /// <summary>Whether a delivery runs.</summary>
    bool IsRunning(string title);

    /// <summary>Completes when everything that was appended before the call is delivered.</summary>
    /// <exception cref="InvalidOperationException">It does not run, or was stopped meanwhile.</exception>
    Task FlushAsync(string title, CancellationToken cancellationToken);

    /// <summary>Records that a delivery has not delivered; 0 when it does not run.</summary>
    long BacklogOf(string title);
}
