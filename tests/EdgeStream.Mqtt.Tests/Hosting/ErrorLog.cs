using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Keeps the broker's errors, those that are the broker's fault.</summary>
internal sealed class ErrorLog : ILogger<MqttBroker>
{
    internal ConcurrentQueue<string> Errors { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }
}
