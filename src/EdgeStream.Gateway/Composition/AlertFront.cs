using EdgeStream.Analytics;
using EdgeStream.Devices;
using EdgeStream.Gateway.Actions;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>What people decide about alerts, and the actions that tell of them; these may change while the gateway
/// runs.</summary>
/// <remarks>Thread-safe for reading. Changing the actions stops them and starts them anew where they were: each reads
/// the alerts stream from its own checkpoint.</remarks>
internal sealed class AlertFront(
    StreamStore store, MqttBroker broker, AlertDesk desk, string nodeId, TimeProvider time, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private volatile ActionEngine? _engine;
    private volatile Exception? _startFailure;

    /// <summary>Silences and acknowledgements.</summary>
    public AlertDesk Desk => desk;

    /// <summary>How every action stands.</summary>
    public IReadOnlyList<ActionStatus> Actions => _engine?.Status ?? [];

    /// <summary>The error that keeps actions from running; null while they do.</summary>
    public Exception? Failure => _startFailure;

    /// <summary>Tells of alerts as configured from now on.</summary>
    public async Task UseAsync(AlertingConfig config)
    {
        try
        {
            if (_engine is { } old)
            {
                _engine = null;
                await old.DisposeAsync();
            }

            var payload = new AlertmanagerPayload(nodeId, config.DashboardUrl);
            _engine = await ActionEngine.StartAsync(
                store,
                [.. config.Actions.Select(action => DefinitionOf(action, payload))],
                new ActionOptions
                {
                    GroupBy = config.GroupBy.Split('\n'),
                    GroupWait = config.GroupWait,
                    Repeat = config.Repeat,
                    Flapping = config.Flapping,
                    ErrorStream = StreamNames.DeliveryErrors,
                },
                desk,
                loggers.CreateLogger<ActionEngine>(),
                time);
            _startFailure = null;
        }
        catch (Exception error)
        {
            _startFailure = error;
            throw;
        }
    }

    /// <summary>Stops the actions.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_engine is { } engine)
        {
            await engine.DisposeAsync();
        }
    }

    private ActionDefinition DefinitionOf(AlertActionConfig config, AlertmanagerPayload payload) => new()
    {
        Name = config.Name,
        Rules = LinesOf(config.Rules),
        OtherRules = LinesOf(config.OtherRules).ToHashSet(StringComparer.Ordinal),
        Severity = config.Severity,
        Labels = config.Labels,
        GiveUpAfter = config.GiveUpAfter,
        Action = ActionOf(config.Target, payload),
    };

    private IAlertAction ActionOf(AlertActionTarget target, AlertmanagerPayload payload) => target switch
    {
        AlertActionTarget.ToStream to => new StreamAction(store, to.Name),
        AlertActionTarget.ToMqtt to => new MqttAction(broker, to.Topic, to.Qos, to.Retain),
        AlertActionTarget.ToWebhook to => new WebhookAction(to.Link, payload, time),
        AlertActionTarget.ToCommand to => new ExecAction(to.Lines.Split('\n'), to.Timeout, payload, time),
        AlertActionTarget.ToGpio to => new GpioAction(
            new GpioOutput(to.Chip, to.Line, to.ActiveLow), to.UntilAcknowledged),
        _ => throw new ArgumentException($"There is no action of {target}.", nameof(target)),
    };

    private static string[] LinesOf(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
