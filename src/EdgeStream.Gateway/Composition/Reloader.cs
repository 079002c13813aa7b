using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>Applies a changed configuration to a running gateway: log level, streams, routes, sources,
/// rules and deliveries.</summary>
/// <remarks>
/// The file is checked as a whole first; when anything in it is refused, the old configuration stays in force. What
/// can't
/// change while the gateway runs is named in the log. A stream that is no longer listed stays as it is: nothing is
/// deleted.
/// </remarks>
internal sealed class Reloader(
    GatewayStart start, GatewayParts parts, ServiceNotifier notifier, ILogger<Reloader> logger)
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private bool _mustApplyAll;
    private volatile bool _isStopped;

    /// <summary>Reads the configuration again; problems are logged, nothing is thrown.</summary>
    public async Task ReloadAsync()
    {
        await _oneAtATime.WaitAsync();
        if (_isStopped)
        {
            _oneAtATime.Release();
            return;
        }

        try
        {
            notifier.Reloading(parts.Time.GetElapsedTime(0));
            await ApplyAsync(start.Reload());
        }
        catch (ConfigException refused)
        {
            foreach (var error in refused.Errors)
            {
                logger.ReloadRefused(error.ToString());
            }

            parts.ReloadFailure = refused.Errors[0].ToString();
        }
        catch (Exception error)
        {
            // A part could not take its new definition; what was applied before it stays, and the next reload applies
            // everything again, also what seems unchanged.
            _mustApplyAll = true;
            parts.ReloadFailure = error.Message;
            logger.ReloadIncomplete(error.Message);
        }
        finally
        {
            if (!_isStopped)
            {
                notifier.Ready("Running");
            }

            _oneAtATime.Release();
        }
    }

    /// <summary>Lets a reload that runs come to its end, within a limit; later ones do nothing.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        var isFree = await _oneAtATime.WaitAsync(limit);
        _isStopped = true;
        if (isFree)
        {
            _oneAtATime.Release();
        }
    }

    private async Task ApplyAsync(GatewayConfig next)
    {
        var old = parts.Config;
        var changes = new List<string>();
        RefuseLostKeys(next);
        foreach (var warning in next.Warnings)
        {
            logger.ConfigurationWarning(warning);
        }

        ApplyDoors(old, next, changes);
        ApplyAtOnce(old, next, changes);
        await ApplyStreamsAsync(old, next, changes);
        await ApplyFlowAsync(old, next, changes);
        foreach (var section in NeedingRestart(old, next))
        {
            logger.RestartNeeded(section);
        }

        parts.Config = InForce(old, next);
        _mustApplyAll = false;
        parts.ReloadFailure = null;
        logger.Reloaded(changes.Count == 0 ? "nothing has changed" : string.Join(", ", changes));
    }

    /// <summary>What is stored, and how.</summary>
    private async Task ApplyStreamsAsync(GatewayConfig old, GatewayConfig next, List<string> changes)
    {
        if (!LogEncryption.AreSame(next.Encryption, old.Encryption))
        {
            await parts.Store.ChangeEncryptionAsync(next.Encryption);
            changes.Add("encryption");
        }

        if (_mustApplyAll || !next.Streams.SequenceEqual(old.Streams))
        {
            foreach (var definition in next.Streams)
            {
                await parts.Store.CreateOrUpdateAsync(definition);
            }

            parts.Kinesis?.Use(next.Streams);
            changes.Add("streams");
        }
    }

    /// <summary>What comes into streams and what reads them.</summary>
    private async Task ApplyFlowAsync(GatewayConfig old, GatewayConfig next, List<string> changes)
    {
        if (_mustApplyAll || !next.Routes.SequenceEqual(old.Routes))
        {
            parts.Ingest.Use(next.Routes);
            changes.Add("routes");
        }

        if (_mustApplyAll || !next.Sources.SequenceEqual(old.Sources))
        {
            await parts.Sources.UseAsync(next.Sources);
            changes.Add("sources");
        }

        if (parts.Sensors is { } sensors && (_mustApplyAll || !AreSameLocal(old, next)))
        {
            await sensors.Local.UseAsync(next);
            changes.Add("sources (kernel, modbus)");
        }

        if (_mustApplyAll || !next.Deliveries.SequenceEqual(old.Deliveries))
        {
            await parts.Deliveries.UseAsync(next.Deliveries);
            changes.Add("deliveries");
        }

        if (_mustApplyAll || next.Firehose != old.Firehose || !next.Streams.SequenceEqual(old.Streams))
        {
            await (parts.Firehose?.UseAsync(FirehoseDoor.OptionsOf(next)) ?? Task.CompletedTask);
            changes.AddRange(_mustApplyAll || next.Firehose != old.Firehose ? ["firehose"] : []);
        }

        if (_mustApplyAll || !next.Rules.SequenceEqual(old.Rules) || next.Alerting.Flapping != old.Alerting.Flapping)
        {
            await parts.Rules.UseAsync(next.Rules, next.Alerting.Flapping);
            changes.Add("rules");
        }

        await parts.Queries.UseAsync(next.Queries, next.ObjectTables);
        if (_mustApplyAll || !next.Alerting.IsSame(old.Alerting))
        {
            await parts.Alerting.UseAsync(next.Alerting);
            changes.Add("alerting");
        }
    }

    /// <summary>What needs a restart keeps its old value, so that the status shows what counts.</summary>
    private static GatewayConfig InForce(GatewayConfig old, GatewayConfig next) => old with
    {
        File = next.File,
        LogLevel = next.LogLevel,
        Storage = next.Storage,
        Encryption = next.Encryption,
        Warnings = next.Warnings,
        EnduranceBytes = next.EnduranceBytes,
        MqttAccess = next.MqttAccess,
        MqttWebSocket = next.MqttWebSocket,
        IsHttpAnonymous = next.IsHttpAnonymous && (next.Http == old.Http || old.IsHttpAnonymous),
        MqttListeners = AreSame(old.MqttListeners, next.MqttListeners) ? next.MqttListeners : old.MqttListeners,
        Kinesis = old.Kinesis.IsSameDoor(next.Kinesis) ? next.Kinesis : old.Kinesis,
        Firehose = next.Firehose,
        Streams = next.Streams,
        Routes = next.Routes,
        Sources = next.Sources,
        ModbusSources = next.ModbusSources,
        SensorSources = next.SensorSources,
        BufferSources = next.BufferSources,
        LineSources = next.LineSources,
        Rules = next.Rules,
        Alerting = next.Alerting,
        Queries = next.Queries,
        ObjectTables = next.ObjectTables,
        Deliveries = next.Deliveries,
        Devices = next.Devices,
    };

    private void ApplyDoors(GatewayConfig old, GatewayConfig next, List<string> changes)
    {
        parts.Doors.Use(next);
        parts.Kinesis?.Use(next.Kinesis);
        if (!next.Kinesis.Credentials.SequenceEqual(old.Kinesis.Credentials))
        {
            changes.Add("Kinesis keys");
        }

        if (next.MqttAccess != old.MqttAccess)
        {
            changes.Add("MQTT users and rights");
        }
    }

    /// <summary>What cannot fail.</summary>
    private void ApplyAtOnce(GatewayConfig old, GatewayConfig next, List<string> changes)
    {
        if (next.LogLevel != old.LogLevel)
        {
            start.LogLevel.Level = next.LogLevel;
            changes.Add("log level");
        }

        if (next.Devices != old.Devices)
        {
            parts.Devices.ConfiguredAliases = next.Devices.Aliases;
            parts.Discovery.Config = next.Devices.HomeAssistant;
            changes.Add("devices");
        }

        if (next.Storage != old.Storage || next.EnduranceBytes != old.EnduranceBytes)
        {
            parts.Store.Limits = next.Storage;
            changes.Add("storage");
        }
    }

    /// <summary>The next start would need a key that is in use and no longer there: it is missed now.</summary>
    private void RefuseLostKeys(GatewayConfig next)
    {
        foreach (var use in parts.Store.KeyUse)
        {
            if (use.Name is not null && !use.IsAmong(next.Encryption))
            {
                throw Refused(next, $"lacks the key {use}, which {use.Segments} segments still need; leave it "
                    + "among the keys until retention has evicted them");
            }

            if (use.IsLocked && LostKey(next) is { } lost)
            {
                throw Refused(next, $"lacks the key {lost}, which {use.Segments} damaged segments may need; leave it "
                    + "among the keys until retention has evicted them");
            }
        }
    }

    private EncryptionKey? LostKey(GatewayConfig next)
    {
        foreach (var key in parts.Config.Encryption?.Keys ?? [])
        {
            if (next.Encryption is null || !next.Encryption.Has(key))
            {
                return key;
            }
        }

        return null;
    }

    private static ConfigException Refused(GatewayConfig next, string problem) => new(
        [new ConfigError(new ConfigLocation(next.File ?? "defaults", 0, 0), $"'storage.encryption' {problem}")]);

    /// <summary>Whether listeners differ in nothing that can't change while they are open.</summary>
    private static bool AreSame(IReadOnlyList<MqttListenerConfig> old, IReadOnlyList<MqttListenerConfig> next)
    {
        if (old.Count != next.Count)
        {
            return false;
        }

        for (var i = 0; i < old.Count; i++)
        {
            if (!old[i].IsSameDoor(next[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSameLocal(GatewayConfig old, GatewayConfig next) =>
        next.ModbusSources.SequenceEqual(old.ModbusSources) && next.SensorSources.SequenceEqual(old.SensorSources)
        && next.BufferSources.SequenceEqual(old.BufferSources) && next.LineSources.SequenceEqual(old.LineSources);

    private static IEnumerable<string> NeedingRestart(GatewayConfig old, GatewayConfig next)
    {
        if (old.NodeId != next.NodeId || old.DataFolder != next.DataFolder)
        {
            yield return "'node'";
        }

        if (old.Http != next.Http || old.HttpHosts != next.HttpHosts)
        {
            yield return "'http'";
        }

        if (!AreSame(old.MqttListeners, next.MqttListeners) || old.MqttLimits != next.MqttLimits)
        {
            yield return "'mqtt' (listeners and limits)";
        }

        if (!old.Kinesis.IsSameDoor(next.Kinesis))
        {
            yield return "'kinesis' (all but its credentials)";
        }

        if (old.Sensors != next.Sensors)
        {
            yield return "'sensors'";
        }
    }
}
