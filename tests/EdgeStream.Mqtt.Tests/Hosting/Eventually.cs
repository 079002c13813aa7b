using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Waits for what another thread is about to do, and says in words what did not happen.</summary>
internal static class Eventually
{
    internal static Task TrueAsync(Func<bool> condition, string what) => Poll.UntilAsync(condition, text: what);
}
