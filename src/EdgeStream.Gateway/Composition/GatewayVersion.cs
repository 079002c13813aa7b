using System.Reflection;

namespace EdgeStream.Gateway.Composition;

/// <summary>The version of this program.</summary>
internal static class GatewayVersion
{
    /// <summary>Three numbers with points, as the package has them.</summary>
    public static string Text { get; } = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0";
}
