const fs = require("fs");
const { SlashCommandBuilder, AttachmentBuilder } = require("discord.js");
const OpenAI = require("openai");

const openai = new OpenAI();

module.exports = {
  data: new SlashCommandBuilder().setName("remix").setDescription("Changes a picture"),
  async execute(interaction) {
    await interaction.deferReply();
    const result = await openai.images.edit({
      model: "dall-e-2",
      image: fs.createReadStream("in.png"),
      prompt: interaction.options.getString("prompt"),
      size: "512x512",
      response_format: "b64_json",
    });
    const file = new AttachmentBuilder(Buffer.from(result.data[0].b64_json, "base64"), { name: "out.png" });
    await interaction.editReply({ files: [file] });
  },
};
