using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>A member of a structure.</summary>
/// <param name="name">The name on the wire.</param>
/// <param name="shape">Its type and constraints.</param>
/// <param name="isRequired">Whether it must be there.</param>
/// <param name="substitute">The member whose presence makes this one optional.</param>
internal sealed class Field(string name, Shape shape, bool isRequired = false, string? substitute = null)
{
    /// <summary>The name on the wire.</summary>
    internal string Name { get; } = name;

    /// <summary>The name on the wire in UTF-8.</summary>
    internal byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>The name in validation messages: it begins with a small letter.</summary>
    internal string MessageName { get; } = char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>Type and constraints.</summary>
    internal Shape Shape { get; } = shape;

    /// <summary>Whether it must be there.</summary>
    internal bool IsRequired { get; } = isRequired;

    /// <summary>The member whose presence makes this one optional.</summary>
    internal string? Substitute { get; } = substitute;
}
