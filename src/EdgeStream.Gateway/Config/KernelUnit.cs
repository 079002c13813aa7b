namespace EdgeStream.Gateway.Config;

/// <summary>What units of sensors may look like.</summary>
internal static class KernelUnit
{
    private const int LengthMax = 32;

    /// <summary>What is wrong with a unit; null when nothing is.</summary>
    public static string? Problem(string text) =>
        text.Length is > 0 and <= LengthMax && text.All(static c => c is > ' ' and < '\u007f' and not ('"' or '\\'))
            ? null
            : $"cannot be '{text}'; allowed: the name of a unit in SenML (Cel, %RH, V, lx) or UCUM (mm[Hg], kW.h), "
                + "without spaces; degrees Celsius are Cel";
}
